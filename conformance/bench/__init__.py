"""The benchmark: dhcpd and pydhcpd in alternation with the same configuration.

`python -m conformance.bench` runs it; README.md beside this file says what is measured and how.
"""
