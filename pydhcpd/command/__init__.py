"""Room: the commands of pydhcpctl."""
