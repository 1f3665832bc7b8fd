"""What answers of the API hold, as the OpenAPI tells it; tests hold every answer against it."""
