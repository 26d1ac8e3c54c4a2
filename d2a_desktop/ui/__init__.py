"""The desktop: everything Qt, and nothing but what people see and touch."""
