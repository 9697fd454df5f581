{{- range .}}
INSERT INTO client_details (client_id, client_secret, client_name, dynamically_registered, access_token_validity_seconds, id_token_validity_seconds, allow_introspection)
  VALUES ('{{.ID}}', '{{.Secret}}', '{{.ID}}', false, 3600, 600, true);
INSERT INTO client_grant_type (owner_id, grant_type) SELECT id, '{{.Grant}}' FROM client_details WHERE client_id = '{{.ID}}';
INSERT INTO client_redirect_uri (owner_id, redirect_uri) SELECT id, 'https://app.example.org/cb' FROM client_details WHERE client_id = '{{.ID}}';
{{- $id := .ID}}
{{- range .Scopes}}
INSERT INTO client_scope (owner_id, scope) SELECT id, '{{.}}' FROM client_details WHERE client_id = '{{$id}}';
{{- end}}
{{- end}}
