"""The Web API of one gateway: a client with a method an endpoint, its wire models and its errors."""

from tui import lean as lean
