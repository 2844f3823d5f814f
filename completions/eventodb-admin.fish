# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_eventodb_admin_global_optspecs
    string join \n db-url= db-type= n/namespace= store= cache-dir= cache-size= no-cache s3-path-style= s3-max-parts= storage-class= sse= sse-kms-key-id= sse-c-key-file= age-recipients-file= age-identity-file= tag= requester-pays thaw-tier= thaw-days= limit-rate= o/output= dry-run yes q/quiet v/verbose log-format= no-progress timings color= config= profile= lock-timeout= connect-timeout= h/help V/version
end

function __fish_eventodb_admin_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_eventodb_admin_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_eventodb_admin_using_subcommand
    set -l cmd (__fish_eventodb_admin_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -s V -l version -d 'Print version'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "namespaces" -d 'Namespaces: a schema of messages each'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "namespace" -d 'Namespaces: a schema of messages each'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "messages" -d 'Messages: write, read, import, export'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "message" -d 'Messages: write, read, import, export'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "streams" -d 'Streams and their versions'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "stream" -d 'Streams and their versions'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "categories" -d 'Categories of streams'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "category" -d 'Categories of streams'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "stats" -d 'How many messages there are by time, category and type, archived ones included'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "chunks" -d 'Chunks: list, compress, archive, drop'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "chunk" -d 'Chunks: list, compress, archive, drop'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "archives" -d 'Archives in the store: list, verify, bring back'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "archive" -d 'Archives in the store: list, verify, bring back'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "coverage" -d 'Prove that every message is live or archived, and once'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "policy" -d 'What is to be done by age, kept in the database'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "policies" -d 'What is to be done by age, kept in the database'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "lifecycle" -d 'What cron calls: do what the policies say'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "migrate" -d 'Move plain Postgres schemas onto TimescaleDB, once, and back'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "migrations" -d 'Move plain Postgres schemas onto TimescaleDB, once, and back'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "serve" -d 'Answer SQL over archived messages: the far end of a foreign table, or psql\'s'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "doctor" -d 'Check server, namespace and store: one line a check, with the fix'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "config" -d 'The settings, and where each comes from'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "man" -d 'Print the manual page, or write a page a command'
complete -c eventodb-admin -n "__fish_eventodb_admin_needs_command" -f -a "version" -d 'Print the version'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "create" -d 'Make a namespace and print its token, once'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "list" -d 'List namespaces'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "show" -d 'Show one namespace'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "set" -d 'Change a setting of a namespace'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "upgrade" -d 'Bring a namespace up to date, or adopt one that EventoDB made'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "grants" -d 'Print the SQL that gives a role its rights, and run nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "recount" -d 'Make heads, counts and ranges of positions anew from messages and archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "delete" -d 'Delete a namespace with all its live messages (destructive)'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l description -d 'What it is for' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l token -d 'Token to use, @FILE to read it from, - for standard input; without it one is made' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l chunk-interval -d 'Time that a chunk spans' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l compress-after -d 'Age at which chunks are compressed, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l archived-reads -d 'What get_stream_messages and its kin do where a read reaches into archives' -r -f -a "skip\t'Leave out what is archived, as EventoDB has it'
fail\t'Fail with SQLSTATE VA001'
serve\t'Ask `eventodb-admin serve`, as every query of messages does then'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l not-a-category -d 'What get_category_messages does where a category is asked for by a name with \'-\' in it' -r -f -a "fail\t'An error, as in Message DB'
nothing\t'No messages, as EventoDB\'s own functions and clients have it'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l serve-url -d 'Where eventodb-admin serve answers, as the database\'s server reaches it: postgres://user@host:port/database' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l serve-password-file -d 'File with the password to log in there with' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l all -d 'All namespaces of the database'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from upgrade" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l role -d 'Role of the database' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l as -d 'What the role is for' -r -f -a "reader\t'Read messages, chunks, archives, coverage'
writer\t'Read, and write messages'
archiver\t'Read, archive chunks, drop what is archived, bring it back'
operator\t'Make and upgrade namespaces; all that their owner can'
server\t'Read, and answer archived reads (serve); also what setting them up takes of a superuser'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l restrict-chunk-functions -d 'Take freezing and dropping chunks away from everybody else'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from grants" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l accept-missing -d 'Take messages that are neither live nor archived for lost, and count them no longer (destructive)'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from recount" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespaces; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "create" -d 'Make a namespace and print its token, once'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "list" -d 'List namespaces'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "show" -d 'Show one namespace'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "set" -d 'Change a setting of a namespace'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "upgrade" -d 'Bring a namespace up to date, or adopt one that EventoDB made'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "grants" -d 'Print the SQL that gives a role its rights, and run nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "recount" -d 'Make heads, counts and ranges of positions anew from messages and archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and not __fish_seen_subcommand_from create list show set upgrade grants recount delete" -f -a "delete" -d 'Delete a namespace with all its live messages (destructive)'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l description -d 'What it is for' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l token -d 'Token to use, @FILE to read it from, - for standard input; without it one is made' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l chunk-interval -d 'Time that a chunk spans' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l compress-after -d 'Age at which chunks are compressed, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from create" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l archived-reads -d 'What get_stream_messages and its kin do where a read reaches into archives' -r -f -a "skip\t'Leave out what is archived, as EventoDB has it'
fail\t'Fail with SQLSTATE VA001'
serve\t'Ask `eventodb-admin serve`, as every query of messages does then'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l not-a-category -d 'What get_category_messages does where a category is asked for by a name with \'-\' in it' -r -f -a "fail\t'An error, as in Message DB'
nothing\t'No messages, as EventoDB\'s own functions and clients have it'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l serve-url -d 'Where eventodb-admin serve answers, as the database\'s server reaches it: postgres://user@host:port/database' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l serve-password-file -d 'File with the password to log in there with' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l all -d 'All namespaces of the database'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from upgrade" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l role -d 'Role of the database' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l as -d 'What the role is for' -r -f -a "reader\t'Read messages, chunks, archives, coverage'
writer\t'Read, and write messages'
archiver\t'Read, archive chunks, drop what is archived, bring it back'
operator\t'Make and upgrade namespaces; all that their owner can'
server\t'Read, and answer archived reads (serve); also what setting them up takes of a superuser'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l restrict-chunk-functions -d 'Take freezing and dropping chunks away from everybody else'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from grants" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l accept-missing -d 'Take messages that are neither live nor archived for lost, and count them no longer (destructive)'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from recount" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand namespace; and __fish_seen_subcommand_from delete" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -f -a "write" -d 'Write one message'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -f -a "read" -d 'Read a stream or a category'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -f -a "last" -d 'Read the last message of a stream'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -f -a "import" -d 'Import NDJSON, all of it or nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -f -a "export" -d 'Export NDJSON by global position'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and not __fish_seen_subcommand_from write read last import export follow" -f -a "follow" -d 'Follow messages by global position as NDJSON: archived ones, live ones, then new ones as they come'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l data -d 'Data: JSON, @FILE, or - for standard input' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l metadata -d 'Metadata: JSON, @FILE, or - for standard input' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l id -d 'Id; writing the same message with the same id again changes nothing' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l expected-version -d 'Version the stream must have; -1: it must not exist' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from write" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l category -d 'Category instead of a stream' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l from-position -d 'First position of the stream' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l from-global-position -d 'First global position of the category' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l consumer-group -d 'Only the streams of this member' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l correlation -d 'Only messages whose correlation stream is in this category' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l limit -d 'At most so many messages' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l archived -d 'What to do about archived messages' -r -f -a "auto\t'Read them from the store; where none can be asked, say what is missing, and exit 6'
skip\t'Leave them out'
only\t'Read nothing else'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from read" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l type -d 'Only messages of this type' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l archived -d 'What to do about archived messages' -r -f -a "auto\t'Read them from the store; where none can be asked, say what is missing, and exit 6'
skip\t'Leave them out'
only\t'Read nothing else'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from last" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l category -d 'Only this category; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l since -d 'From this instant on' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l until -d 'Before this instant' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l file -d 'File to write; .gz and .zst compress' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l archived -d 'What to do about archived messages' -r -f -a "auto\t'Read them from the store; where none can be asked, say what is missing, and exit 6'
skip\t'Leave them out'
only\t'Read nothing else'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l category -d 'Only this category; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l from-global-position -d 'First global position' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l consumer-group -d 'Only the streams of this member' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l no-wait -d 'End where there is nothing more, instead of waiting for new messages'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand messages; and __fish_seen_subcommand_from follow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -f -a "write" -d 'Write one message'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -f -a "read" -d 'Read a stream or a category'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -f -a "last" -d 'Read the last message of a stream'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -f -a "import" -d 'Import NDJSON, all of it or nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -f -a "export" -d 'Export NDJSON by global position'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and not __fish_seen_subcommand_from write read last import export follow" -f -a "follow" -d 'Follow messages by global position as NDJSON: archived ones, live ones, then new ones as they come'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l data -d 'Data: JSON, @FILE, or - for standard input' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l metadata -d 'Metadata: JSON, @FILE, or - for standard input' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l id -d 'Id; writing the same message with the same id again changes nothing' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l expected-version -d 'Version the stream must have; -1: it must not exist' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from write" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l category -d 'Category instead of a stream' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l from-position -d 'First position of the stream' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l from-global-position -d 'First global position of the category' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l consumer-group -d 'Only the streams of this member' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l correlation -d 'Only messages whose correlation stream is in this category' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l limit -d 'At most so many messages' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l archived -d 'What to do about archived messages' -r -f -a "auto\t'Read them from the store; where none can be asked, say what is missing, and exit 6'
skip\t'Leave them out'
only\t'Read nothing else'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from read" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l type -d 'Only messages of this type' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l archived -d 'What to do about archived messages' -r -f -a "auto\t'Read them from the store; where none can be asked, say what is missing, and exit 6'
skip\t'Leave them out'
only\t'Read nothing else'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from last" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l category -d 'Only this category; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l since -d 'From this instant on' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l until -d 'Before this instant' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l file -d 'File to write; .gz and .zst compress' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l archived -d 'What to do about archived messages' -r -f -a "auto\t'Read them from the store; where none can be asked, say what is missing, and exit 6'
skip\t'Leave them out'
only\t'Read nothing else'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l category -d 'Only this category; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l from-global-position -d 'First global position' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l consumer-group -d 'Only the streams of this member' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l no-wait -d 'End where there is nothing more, instead of waiting for new messages'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand message; and __fish_seen_subcommand_from follow" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -f -a "list" -d 'List streams by name, archived ones included'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and not __fish_seen_subcommand_from list version" -f -a "version" -d 'Print the version of a stream: the position of its last message'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l prefix -d 'Only names that start so' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand streams; and __fish_seen_subcommand_from version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -f -a "list" -d 'List streams by name, archived ones included'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and not __fish_seen_subcommand_from list version" -f -a "version" -d 'Print the version of a stream: the position of its last message'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l prefix -d 'Only names that start so' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l limit -d 'At most so many' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stream; and __fish_seen_subcommand_from version" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and not __fish_seen_subcommand_from list" -f -a "list" -d 'List categories with their streams and messages'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand categories; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and not __fish_seen_subcommand_from list" -f -a "list" -d 'List categories with their streams and messages'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand category; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l category -d 'Only this category' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l type -d 'Only this type' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l since -d 'From this instant on, by whole hours' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l until -d 'Before this instant, by whole hours' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l by -d 'Span of time to count by, in UTC' -r -f -a "hour\t'An hour'
day\t'A day'
week\t'A week, from Monday on'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l per -d 'Count each category, each type, or each of both apart' -r -f -a "category\t'Each category'
type\t'Each type'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l archived -d 'What to do about archives that were never counted' -r -f -a "auto\t'Say so and exit 6'
skip\t'Leave them out'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and not __fish_seen_subcommand_from refresh" -f -a "refresh" -d 'Count once what does not change any more, so that stats need not'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l again -d 'Count all live chunks again'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand stats; and __fish_seen_subcommand_from refresh" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "list" -d 'List chunks, archived ranges included'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "compress" -d 'Compress chunks'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "decompress" -d 'Decompress chunks'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "archive" -d 'Archive chunks: copy, upload, verify, drop'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "drop" -d 'Drop chunks whose archive is verified'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l older-than -d 'Only ranges that ended at least so long ago' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l state -d 'Only open, closed, compressed, archived or rehydrated ones' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l exact -d 'Count messages by reading the chunks'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from compress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from decompress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l jobs -d 'Chunks at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l compression -d 'Compression of the data' -r -f -a "zstd\t'zstd, levels 1 to 22'
gzip\t'gzip, levels 1 to 9'
none\t'Plain CSV'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l level -d 'Level of the compression' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l continuous-aggregates -d 'Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l keep -d 'Stop before the drop'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from archive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l continuous-aggregates -d 'Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l unarchived -d 'Also drop what is in no archive: its messages are lost'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunks; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "list" -d 'List chunks, archived ranges included'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "compress" -d 'Compress chunks'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "decompress" -d 'Decompress chunks'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "archive" -d 'Archive chunks: copy, upload, verify, drop'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and not __fish_seen_subcommand_from list compress decompress archive drop" -f -a "drop" -d 'Drop chunks whose archive is verified'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l older-than -d 'Only ranges that ended at least so long ago' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l state -d 'Only open, closed, compressed, archived or rehydrated ones' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l exact -d 'Count messages by reading the chunks'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from compress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from decompress" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l jobs -d 'Chunks at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l compression -d 'Compression of the data' -r -f -a "zstd\t'zstd, levels 1 to 22'
gzip\t'gzip, levels 1 to 9'
none\t'Plain CSV'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l level -d 'Level of the compression' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l continuous-aggregates -d 'Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l keep -d 'Stop before the drop'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from archive" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l older-than -d 'All whose range ended at least so long ago; 0d: every closed one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l continuous-aggregates -d 'Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l unarchived -d 'Also drop what is in no archive: its messages are lost'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand chunk; and __fish_seen_subcommand_from drop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "list" -d 'List archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "show" -d 'Show an archive: the ledger\'s row, its manifest, messages by category and type'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "find" -d 'Find the archives that hold a stream, a category, a message or an instant'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "cat" -d 'Print an archive\'s messages as NDJSON, as messages export does'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "sql" -d 'Print the statements by which a query engine reads the archives where they lie'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "verify" -d 'Read archives back and compare them with the ledger'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "rehydrate" -d 'Bring archives back into the hypertable'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "release" -d 'Drop rehydrated archives from the hypertable again'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "erase" -d 'Take data and metadata of a stream\'s messages out of the database and of every archive, for good'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "rekey" -d 'Encrypt archives again, to other age recipients'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "prune" -d 'Remove archives past their time from the store, for good'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "sweep" -d 'Remove what failed attempts have left in the store: uploads never ended, objects of no use'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "sync" -d 'Enter archives in the ledger that only the store knows: after the database was lost, or restored from a backup'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "claim" -d 'Take over the store\'s archives of the namespace: from another database, or from an earlier self of this one'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l all -d 'Failed and expired ones as well'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l stream -d 'A stream' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l category -d 'A category' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l id -d 'A message, by its id: looked for in the data, at its own time first where it carries one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l global-position -d 'A message, by its global position' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l time -d 'The range that this instant is in' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from find" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l engine -d 'The engine' -r -f -a "duckdb\t'DuckDB'
athena\t'Amazon Athena'
trino\t'Trino, with the Hive connector'
clickhouse\t'ClickHouse, chDB'
spark\t'Apache Spark'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l view -d 'Name of the view [default: NAMESPACE_archive]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l sample -d 'A random part of them, at least one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l jobs -d 'Archives at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l all -d 'All archives of the namespace'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l from -d 'Ranges from this instant on' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l to -d 'Ranges before this instant' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l stream -d 'All that may hold messages of this stream; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l chunk -d 'All that were made from this chunk; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l for -d 'Stay in the hypertable so long at least: until then no run by age drops it, then lifecycle run does' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l into -d 'Copy into this namespace instead, which must be there: archives and their chunks stay as they are' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l only-streams -d 'With --into: only the messages of the streams given by --stream'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rehydrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l continuous-aggregates -d 'Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l stream -d 'The stream; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l reason -d 'Why: kept in the database and in the manifests of the archives' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from erase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l add -d 'A recipient (age1…) whose identity opens them from now on, beside those that they have; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l remove -d 'A recipient whose identity is not to open them any more; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l all -d 'All archives of the namespace, as without a number'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from rekey" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l older-than -d 'Archives whose range ended at least so long ago' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l confirm-count -d 'With --yes and without a terminal: how many newest generations may go' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l superseded -d 'Only generations that others have taken the place of'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l older-than -d 'Only uploads begun at least so long ago: a younger one may be at work' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sweep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l from -d 'Enter the archives of this database as well, or of this lineage: as the findings name them; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l expect-manifest -d 'Enter nothing (exit 5) unless the store\'s newest manifest has this SHA-256, as the last run printed it, and each other one that the ledger does not know comes before it; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l expired -d 'Also archives that the ledger gave up and whose messages are nowhere else: after a TRUNCATE by accident. Their places must be free'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l allow-unencrypted -d 'Also archives that are not encrypted, though age keys are given: from the time before there were keys'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archives; and __fish_seen_subcommand_from claim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "list" -d 'List archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "show" -d 'Show an archive: the ledger\'s row, its manifest, messages by category and type'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "find" -d 'Find the archives that hold a stream, a category, a message or an instant'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "cat" -d 'Print an archive\'s messages as NDJSON, as messages export does'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "sql" -d 'Print the statements by which a query engine reads the archives where they lie'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "verify" -d 'Read archives back and compare them with the ledger'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "rehydrate" -d 'Bring archives back into the hypertable'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "release" -d 'Drop rehydrated archives from the hypertable again'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "erase" -d 'Take data and metadata of a stream\'s messages out of the database and of every archive, for good'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "rekey" -d 'Encrypt archives again, to other age recipients'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "prune" -d 'Remove archives past their time from the store, for good'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "sweep" -d 'Remove what failed attempts have left in the store: uploads never ended, objects of no use'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "sync" -d 'Enter archives in the ledger that only the store knows: after the database was lost, or restored from a backup'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and not __fish_seen_subcommand_from list show find cat sql verify rehydrate release erase rekey prune sweep sync claim" -f -a "claim" -d 'Take over the store\'s archives of the namespace: from another database, or from an earlier self of this one'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l all -d 'Failed and expired ones as well'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l stream -d 'A stream' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l category -d 'A category' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l id -d 'A message, by its id: looked for in the data, at its own time first where it carries one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l global-position -d 'A message, by its global position' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l time -d 'The range that this instant is in' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from find" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from cat" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l engine -d 'The engine' -r -f -a "duckdb\t'DuckDB'
athena\t'Amazon Athena'
trino\t'Trino, with the Hive connector'
clickhouse\t'ClickHouse, chDB'
spark\t'Apache Spark'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l view -d 'Name of the view [default: NAMESPACE_archive]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sql" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l sample -d 'A random part of them, at least one' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l jobs -d 'Archives at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l all -d 'All archives of the namespace'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l from -d 'Ranges from this instant on' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l to -d 'Ranges before this instant' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l stream -d 'All that may hold messages of this stream; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l chunk -d 'All that were made from this chunk; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l for -d 'Stay in the hypertable so long at least: until then no run by age drops it, then lifecycle run does' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l into -d 'Copy into this namespace instead, which must be there: archives and their chunks stay as they are' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l only-streams -d 'With --into: only the messages of the streams given by --stream'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rehydrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l continuous-aggregates -d 'Whether chunks go that continuous aggregates are made from: allow or refuse (else as the policy has it, else refuse)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l stream -d 'The stream; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l reason -d 'Why: kept in the database and in the manifests of the archives' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from erase" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l add -d 'A recipient (age1…) whose identity opens them from now on, beside those that they have; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l remove -d 'A recipient whose identity is not to open them any more; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l all -d 'All archives of the namespace, as without a number'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from rekey" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l older-than -d 'Archives whose range ended at least so long ago' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l confirm-count -d 'With --yes and without a terminal: how many newest generations may go' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l superseded -d 'Only generations that others have taken the place of'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from prune" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l older-than -d 'Only uploads begun at least so long ago: a younger one may be at work' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sweep" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l from -d 'Enter the archives of this database as well, or of this lineage: as the findings name them; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l expect-manifest -d 'Enter nothing (exit 5) unless the store\'s newest manifest has this SHA-256, as the last run printed it, and each other one that the ledger does not know comes before it; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l expired -d 'Also archives that the ledger gave up and whose messages are nowhere else: after a TRUNCATE by accident. Their places must be free'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l allow-unencrypted -d 'Also archives that are not encrypted, though age keys are given: from the time before there were keys'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from sync" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand archive; and __fish_seen_subcommand_from claim" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand coverage" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -f -a "show" -d 'Show a namespace\'s policy, and the server\'s own policies on it'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -f -a "set" -d 'Change a namespace\'s policy; what is not named stays as it is'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and not __fish_seen_subcommand_from show set clear" -f -a "clear" -d 'Remove a namespace\'s policy: lifecycle run leaves it alone'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l all-namespaces -d 'Of all namespaces'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l compress-after -d 'Compress chunks whose range ended so long ago, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l archive-after -d 'Archive and drop chunks whose range ended so long ago, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l drop-rehydrated-after -d 'Drop archives that came back so long ago again, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l expire-archives-after -d 'Delete archives whose range ended so long ago, for good, or never (destructive)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l server-compress-after -d 'Have the server itself compress chunks of this age, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l server-drop-after -d 'Have the server itself drop chunks of this age, archived or not, or never (destructive)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l continuous-aggregates -d 'Whether chunks may go that continuous aggregates are made from: allow or refuse' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l lock-renew -d 'Whether lifecycle run keeps archives locked for as long, night after night' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l keep-at-least -d 'Neither prune archives nor have them expire before their range ended so long ago, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policy; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -f -a "show" -d 'Show a namespace\'s policy, and the server\'s own policies on it'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -f -a "set" -d 'Change a namespace\'s policy; what is not named stays as it is'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and not __fish_seen_subcommand_from show set clear" -f -a "clear" -d 'Remove a namespace\'s policy: lifecycle run leaves it alone'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l all-namespaces -d 'Of all namespaces'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l compress-after -d 'Compress chunks whose range ended so long ago, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l archive-after -d 'Archive and drop chunks whose range ended so long ago, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l drop-rehydrated-after -d 'Drop archives that came back so long ago again, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l expire-archives-after -d 'Delete archives whose range ended so long ago, for good, or never (destructive)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l server-compress-after -d 'Have the server itself compress chunks of this age, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l server-drop-after -d 'Have the server itself drop chunks of this age, archived or not, or never (destructive)' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l continuous-aggregates -d 'Whether chunks may go that continuous aggregates are made from: allow or refuse' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l lock -d 'Lock the objects of new archives for so long (S3 Object Lock), or never [default: as in the policy]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l lock-mode -d 'Who may end a lock before: governance (whoever has s3:BypassGovernanceRetention) or compliance (nobody) [default: as the policy has it, else governance]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l confirm-compliance -d 'Answer the confirmation of compliance mode, with the namespace\'s name' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l lock-renew -d 'Whether lifecycle run keeps archives locked for as long, night after night' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l keep-at-least -d 'Neither prune archives nor have them expire before their range ended so long ago, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand policies; and __fish_seen_subcommand_from clear" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and not __fish_seen_subcommand_from run" -f -a "run" -d 'Do what the policies say: compress, archive and drop, release, expire'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l max-duration -d 'Begin nothing more after this time; the next run goes on' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l jobs -d 'Chunks of a namespace at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l metrics-file -d 'Write how it went for Prometheus' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l all-namespaces -d 'All namespaces that have a policy'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand lifecycle; and __fish_seen_subcommand_from run" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "postgres" -d 'Copy a plain Postgres schema, of EventoDB or Message DB, into a new namespace; run again, it goes on'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "status" -d 'How far it is, and what is wrong'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "verify" -d 'Compare source and namespace: counts, then content, down to the message'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "cutover" -d 'Stop writes to the source, copy the rest, verify, and let the namespace take over'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "abandon" -d 'Give a migration up: the namespace\'s copy is deleted, the source takes writes as before (destructive)'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "to-postgres" -d 'Copy a namespace into a plain Postgres schema as EventoDB\'s Postgres driver has it'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l from-schema -d 'The source\'s schema, such as eventodb_orders or message_store' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l ignore-column -d 'Leave a column of the source behind that a namespace has no place for' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l batch -d 'Messages a range: what is copied, proven and committed at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l jobs -d 'Ranges at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l max-rate -d 'At most so many messages a second' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l chunk-interval -d 'Time that a chunk of the new namespace spans' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l compress-after -d 'Compress chunks whose range ended so long ago behind the copy, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l archive-older-than -d 'Archive and drop chunks whose range ended so long ago behind the copy; needs a store' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l follow -d 'Go on copying what is written, until a signal or the cutover ends it'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from postgres" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l counts -d 'Compare counts only'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l max-downtime -d 'Put everything back if writes were stopped for so long' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l verify-all -d 'Compare the content of every message once more while writes are stopped, and not only of the last ones'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from cutover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from abandon" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l to-url -d 'The target\'s database; better EVENTODB_TO_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l to-schema -d 'The target\'s schema; EventoDB\'s own name for the namespace where it is left out' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l batch -d 'Messages a range: what is copied and committed at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrate; and __fish_seen_subcommand_from to-postgres" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "postgres" -d 'Copy a plain Postgres schema, of EventoDB or Message DB, into a new namespace; run again, it goes on'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "status" -d 'How far it is, and what is wrong'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "verify" -d 'Compare source and namespace: counts, then content, down to the message'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "cutover" -d 'Stop writes to the source, copy the rest, verify, and let the namespace take over'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "abandon" -d 'Give a migration up: the namespace\'s copy is deleted, the source takes writes as before (destructive)'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and not __fish_seen_subcommand_from postgres status verify cutover abandon to-postgres" -f -a "to-postgres" -d 'Copy a namespace into a plain Postgres schema as EventoDB\'s Postgres driver has it'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l from-schema -d 'The source\'s schema, such as eventodb_orders or message_store' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l ignore-column -d 'Leave a column of the source behind that a namespace has no place for' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l batch -d 'Messages a range: what is copied, proven and committed at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l jobs -d 'Ranges at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l max-rate -d 'At most so many messages a second' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l chunk-interval -d 'Time that a chunk of the new namespace spans' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l compress-after -d 'Compress chunks whose range ended so long ago behind the copy, or never' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l archive-older-than -d 'Archive and drop chunks whose range ended so long ago behind the copy; needs a store' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l follow -d 'Go on copying what is written, until a signal or the cutover ends it'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from postgres" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l counts -d 'Compare counts only'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l max-downtime -d 'Put everything back if writes were stopped for so long' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l verify-all -d 'Compare the content of every message once more while writes are stopped, and not only of the last ones'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from cutover" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l from-url -d 'The source\'s database; better EVENTODB_FROM_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from abandon" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l to-url -d 'The target\'s database; better EVENTODB_TO_URL or ~/.pgpass where there is a password in it' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l to-schema -d 'The target\'s schema; EventoDB\'s own name for the namespace where it is left out' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l batch -d 'Messages a range: what is copied and committed at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand migrations; and __fish_seen_subcommand_from to-postgres" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l listen -d 'Where to listen: HOST:PORT, or unix:/FOLDER for a socket that only this user opens; may be given several times' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l user -d 'Who may connect over a network' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l password-file -d 'File with that user\'s password, on its first line; EVENTODB_SERVE_PASSWORD has it otherwise' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l tls-cert -d 'Certificate with its chain, in PEM: needed where the address is not this machine\'s own' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l tls-key -d 'The certificate\'s key, in PEM' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l max-sessions -d 'Sessions at a time' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l metrics -l health -d 'Where to answer /live, /ready and /metrics over HTTP' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and not __fish_seen_subcommand_from show" -f -a "show" -d 'Each setting, its value and where it comes from; secrets are masked'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand config; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l db-url -d 'Database URL or conninfo [env: EVENTODB_DB_URL, DATABASE_URL, PG…]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l db-type -d 'Kind of server [env: EVENTODB_DB_TYPE] [default: auto]' -r -f -a "auto\t'Look at the server'
timescale\t'TimescaleDB'
postgres\t'PostgreSQL without TimescaleDB'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -s n -l namespace -d 'Namespace [env: EVENTODB_NAMESPACE] [default: default]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l store -d 's3://bucket/prefix or file:///dir [env: EVENTODB_STORE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l cache-dir -d 'Folder for parts of archives that were read [env: EVENTODB_CACHE_DIR] [default: eventodb-admin in the user\'s cache folder]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l cache-size -d 'What it may hold, such as 1G [env: EVENTODB_CACHE_SIZE] [default: 256M]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l s3-path-style -d 'Name the bucket in the path of requests, or with =false in the host name [default: the path where an endpoint is set]' -r -f -a "true\t''
false\t''"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l s3-max-parts -d 'Most parts of an S3 object, where the service takes fewer than 10000' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l storage-class -d 'S3 storage class of new objects, such as STANDARD_IA' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l sse -d 'Encryption by the service' -r -f -a "aws:kms\t'Keys of the key management service'
AES256\t'Keys of the storage service'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l sse-kms-key-id -d 'Key for --sse aws:kms' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l sse-c-key-file -d 'File with the key that the service encrypts with and does not keep (SSE-C) [env: EVENTODB_SSE_C_KEY_FILE, EVENTODB_SSE_C_KEY]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l age-recipients-file -d 'Encrypt archives to the age recipients (age1…) in this file [env: EVENTODB_AGE_RECIPIENTS_FILE, EVENTODB_AGE_RECIPIENTS]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l age-identity-file -d 'File with the age identities that open archives [env: EVENTODB_AGE_IDENTITY_FILE]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l tag -d 'Tag of new S3 objects; may be repeated' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l thaw-tier -d 'How fast S3 brings back what lies in an archive storage class [default: standard]' -r -f -a "expedited\t'Minutes, at the highest price; not from DEEP_ARCHIVE'
standard\t'Hours'
bulk\t'Up to two days, at the lowest price'
never\t'Ask for nothing'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l thaw-days -d 'Days that what was brought back stays readable [default: 7]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l limit-rate -d 'Most bytes a second to and from the store, such as 20M [env: EVENTODB_LIMIT_RATE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -s o -l output -d 'Output [env: EVENTODB_OUTPUT]' -r -f -a "table\t'For people'
json\t'One document'
csv\t'With a header'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l log-format -d 'Form of what goes to stderr [default: text]' -r -f -a "text\t'For people'
json\t'An object a line'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l color -d 'Colours [default: auto; NO_COLOR is honoured]' -r -f -a "auto\t'On a terminal'
always\t'Always'
never\t'Never'"
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l config -d 'TOML file with these settings [env: EVENTODB_CONFIG] [default: ~/.config/eventodb-admin/config.toml]' -r -F
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l profile -d 'Section [profiles.NAME] of that file to prefer [env: EVENTODB_PROFILE]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l lock-timeout -d 'How long to wait for a lock [default: 5s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l connect-timeout -d 'How long to wait for a server to let us in [default: 10s]' -r
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l no-cache -d 'Keep no parts of archives'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l requester-pays -d 'Pay for requests to somebody else\'s bucket'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l dry-run -d 'Print the plan and change nothing'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l yes -d 'Answer the confirmation of a destructive verb'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -s q -l quiet -d 'Only data and errors'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -s v -l verbose -d 'Say more on stderr; twice for everything'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l no-progress -d 'Say nothing of progress'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -l timings -d 'Say on stderr how long each stage of archiving, verifying and rehydrating took'
complete -c eventodb-admin -n "__fish_eventodb_admin_using_subcommand version" -s h -l help -d 'Print help (see more with \'--help\')'
