"""Room: runtime statements and expressions."""
