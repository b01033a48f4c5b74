"""Room: sockets, files, clocks, processes."""
