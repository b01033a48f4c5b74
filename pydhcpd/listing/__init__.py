"""Room: leases files for people and programs to read."""
