"""Room: what every protocol room shares: turns, replies, log lines."""
