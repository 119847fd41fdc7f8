"""The index: its tables, its rows as records, and how it is opened and judged."""
