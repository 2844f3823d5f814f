-- Compressing, policies and migrations are the owner's alone.
GRANT {{owner}} TO {{role}};
