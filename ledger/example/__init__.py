"""The example portfolio: two documents about LS Group, one import file each, by date."""
