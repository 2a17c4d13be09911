//! XML trees and signatures; the only place that parses what a stranger sends as XML.
