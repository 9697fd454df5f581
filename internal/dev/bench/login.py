"""The login that credguide checks, as a user's script does it. Arguments come from the OPENEO_AUTH_ variables."""
import os

import openeo

connection = openeo.connect(os.environ["BACKEND"])
connection.authenticate_oidc_client_credentials()
print(connection.describe_account()["user_id"])
