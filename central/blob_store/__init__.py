"""Where sealed pages lie once they are whole: beside the database, in a folder or an S3 bucket."""
