"""From the outbox to the broker and back: Wi-Fi, TLS, MQTT, and what is said over them."""
