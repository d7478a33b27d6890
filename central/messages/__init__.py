"""Messages to people's telephones: whom, in which words, sent until they are taken."""
