-- Consents are kept for oneself and for each organisation apart; what was agreed to before says not for whom, so that people are
-- asked once more.
DELETE FROM consent;
