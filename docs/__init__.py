"""The documentation: the tutorial, the reference, and what keeps both true."""
