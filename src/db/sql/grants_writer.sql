-- These run with their owner's rights: messages and heads cannot be changed by hand.
GRANT EXECUTE ON FUNCTION {{schema}}.append_message, {{schema}}.append_messages, {{schema}}.write_message TO {{role}};
