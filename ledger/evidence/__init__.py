"""Evidence: archived documents, quotes in them, and the Merkle log over the facts."""
