"""The write side of lsledger: values, facts, rules, and the store they are appended to."""
