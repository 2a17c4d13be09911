//! Stories: what citizens and portals do, and what strangers try. Each test changes one thing and bears
//! the number of the attack it tries (`docs/SECURITY.md`).

mod account;
mod answers;
mod cards;
mod codes;
mod connections;
mod languages;
mod logout;
mod outsiders;
mod portals;
mod secrecy;
mod sessions;
mod snapshots;
mod way;
