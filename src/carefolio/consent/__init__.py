"""May this be shown? Pure: contracts compiled to windows, a caller's access, a contract's states."""
