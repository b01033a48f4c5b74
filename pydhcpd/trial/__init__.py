"""`pydhcpctl try`: a server and its clients in network namespaces of their own."""
