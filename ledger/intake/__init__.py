"""Intake: what people and programs hand in, turned into drafts or into errors with a place."""
