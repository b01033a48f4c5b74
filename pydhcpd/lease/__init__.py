"""Room: leases, their store and their file format."""
