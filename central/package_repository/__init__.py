"""The signed repository from which terminals take the versions that the central service names."""
