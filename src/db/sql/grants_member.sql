-- Compressing, policies and migrations are the owner's alone.
{{member_of}}GRANT {{owner}} TO {{role}};
