"""Clock, identities, errors, settings, paths and logs; imports nothing of ours."""
