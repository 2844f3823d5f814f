-- The password goes by way of a table, so that no statement has it; and no error of the server's repeats what was run.
DO $$
BEGIN
    EXECUTE (SELECT format('ALTER USER MAPPING FOR PUBLIC SERVER {{server_format}} OPTIONS (ADD password %L)', p.password)
               FROM pg_temp.eventodb_password p);
EXCEPTION WHEN OTHERS THEN
    RAISE EXCEPTION 'the password was not taken' USING ERRCODE = SQLSTATE;
END $$
