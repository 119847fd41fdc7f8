"""The application and its window: toolbar, commands, pages, help, printing."""
