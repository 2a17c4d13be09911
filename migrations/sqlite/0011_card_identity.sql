-- Cards whose identity waits for its login: a job forgets those that nobody came back to.
CREATE INDEX card_answer_waiting ON card_answer (received_at) WHERE identity IS NOT NULL;
