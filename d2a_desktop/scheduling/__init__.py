"""Who visits whom, and when: assessments at home within 48 hours."""
