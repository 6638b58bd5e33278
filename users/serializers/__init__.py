"""The serializers of the endpoints about people."""
