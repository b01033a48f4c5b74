"""What a crash or a disk that fails leaves of the promises that were made."""
