//! Stories: what citizens and portals do, and what strangers try. Each test changes one thing and bears
//! the number of the attack it tries (`docs/SECURITY.md`).

mod account;
mod answers;
mod audit_command;
mod binding;
mod cards;
mod certificates;
mod cie;
mod codes;
mod connections;
mod eidas;
mod exchanges;
mod languages;
mod logout;
mod logout_asked;
mod logout_upstream;
mod machines;
mod office;
mod outsiders;
mod portals;
mod professional;
mod proofs;
mod pushed;
mod refreshes;
mod register;
mod registry;
mod request_objects;
mod resources;
mod response_modes;
mod sealing;
mod secrecy;
mod sessions;
mod signing_keys;
mod snapshots;
mod way;
