"""ScreenText screenshots."""
