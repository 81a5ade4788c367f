"""The command line of lsledger."""
