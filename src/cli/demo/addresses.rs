//! What the demo says when it is there.

use super::files::Files;
use crate::demo::world::World;
use crate::demo::{cards, people};
use std::io::Write;
use std::path::Path;

/// Addresses, people and cards, for whoever started the demo.
pub(super) fn tell_addresses(world: &World, files: &Files, data: &Path, out: &mut impl Write) -> std::io::Result<()> {
    writeln!(
        out,
        "Varco demo: everything here is invented, and anybody may be anybody.\n"
    )?;
    writeln!(
        out,
        "  {:<42} a portal that needs an organisation",
        format!("{}/organisation/", world.portals_base)
    )?;
    writeln!(
        out,
        "  {:<42} a portal that accepts either",
        format!("{}/either/", world.portals_base)
    )?;
    writeln!(
        out,
        "  {:<42} a portal for citizens only",
        format!("{}/citizen/", world.portals_base)
    )?;
    writeln!(out, "  {:<42} Varco", world.issuer)?;
    writeln!(
        out,
        "  {:<42} the test identity provider (SPID; /cie, /eidas)",
        world.idp_base
    )?;
    writeln!(out, "  {:<42} mail and SMS", world.outbox_base)?;
    writeln!(out, "  {:<42} where cards are shown (TLS)", world.cards_base)?;
    writeln!(out, "  {:<42} where portals show certificates (TLS)", world.mtls_base)?;
    let authority = files.tls.authority.display();
    writeln!(out, "\nThe authority of what speaks TLS, cards apart: {authority}")?;
    writeln!(out, "\nPeople who live here:")?;
    for person in people::PEOPLE {
        writeln!(
            out,
            "  {}  {} {}: {}",
            person.fiscal_number, person.given_name, person.family_name, person.role
        )?;
    }
    for person in people::FOREIGNERS {
        writeln!(
            out,
            "  {:<16}  {} {}: {}",
            person.identifier, person.given_name, person.family_name, person.role
        )?;
    }
    tell_cards(world, &data.join("cards"), out)?;
    writeln!(out, "\nKeys and data: {}. Stop with Ctrl-C.", data.display())?;
    out.flush()
}

/// How to sign in with a card that is a file.
fn tell_cards(world: &World, cards: &Path, out: &mut impl Write) -> std::io::Result<()> {
    let file = |name: &str| cards.join(name).display().to_string();
    writeln!(out, "\nCards (CNS) that are files, in {}:", cards.display())?;
    writeln!(
        out,
        "  with curl:  curl -sL -c jar -b jar --cacert {} --cert {} {}/login/cns/card",
        file("listener.crt"),
        file("mario-provaldi.pem"),
        world.issuer
    )?;
    writeln!(
        out,
        "  in a browser: import {} (password: {}) under Settings, Certificates, Your certificates;\n  \
         then open {}/login/cns. expired.p12 and revoked.p12 are refused.",
        file("mario-provaldi.p12"),
        cards::PASSWORD,
        world.issuer
    )
}
