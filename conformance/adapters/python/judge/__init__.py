"""An independent reading of the WIMSE drafts, on `joserfc`, `cryptography` and the standard library."""
