"""Filing in the browser of a phone (掌上办): the kiosk's visit, its pages drawn as HTML."""
