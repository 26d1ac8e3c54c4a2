"""Keys, permission, audit chain and idle lock; the only room of keyring and cryptography."""
