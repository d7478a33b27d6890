"""The employer page (企业自助办): a company begins filings for its people, who sign themselves."""
