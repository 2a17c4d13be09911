//! Connecting a device (RFC 8628): its code, the question whether it is the citizen's, how it ended.

use crate::pages::Page;
use serde::Serialize;

/// What is wrong with a code that was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceProblem {
    /// No device waits under it.
    Wrong,
    /// Too many were typed.
    TooOften,
}

/// "Collega un dispositivo": the code that it shows.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceCodePage {
    /// Where the code is posted.
    pub action: String,
    /// What is in the field already: from a link of the device.
    pub user_code: String,
    /// What was wrong.
    pub problem: Option<DeviceProblem>,
}

/// "Vuoi collegare questo dispositivo?": before anybody signs in for it.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceConfirmPage {
    /// Where the answer is posted.
    pub action: String,
    /// The login it belongs to.
    pub login: String,
    /// Whose device it is.
    pub service_name: String,
    /// What it shows.
    pub user_code: String,
}

/// "Il dispositivo è collegato", or not.
#[derive(Debug, Clone, Serialize)]
pub struct DeviceDonePage {
    /// Whose device it is.
    pub service_name: String,
    /// It gets its tokens.
    pub connected: bool,
}

impl Page for DeviceCodePage {
    const TEMPLATE: &'static str = "provider/device_code.html";

    fn samples() -> Vec<(&'static str, DeviceCodePage)> {
        let empty = DeviceCodePage {
            action: "/device".into(),
            user_code: String::new(),
            problem: None,
        };
        let linked = DeviceCodePage {
            user_code: "WDJB-MJHT".into(),
            ..empty.clone()
        };
        let problem = |problem| DeviceCodePage {
            problem: Some(problem),
            ..linked.clone()
        };
        vec![
            ("wrong", problem(DeviceProblem::Wrong)),
            ("too-often", problem(DeviceProblem::TooOften)),
            ("empty", empty),
            ("linked", linked),
        ]
    }
}

impl Page for DeviceConfirmPage {
    const TEMPLATE: &'static str = "provider/device_confirm.html";

    fn samples() -> Vec<(&'static str, DeviceConfirmPage)> {
        let page = DeviceConfirmPage {
            action: "/device/confirm".into(),
            login: "x7Jd".into(),
            service_name: "Sportello unico edilizia".into(),
            user_code: "WDJB-MJHT".into(),
        };
        vec![("device", page)]
    }
}

impl Page for DeviceDonePage {
    const TEMPLATE: &'static str = "provider/device_done.html";

    fn samples() -> Vec<(&'static str, DeviceDonePage)> {
        let page = |connected| DeviceDonePage {
            service_name: "Sportello unico edilizia".into(),
            connected,
        };
        vec![("connected", page(true)), ("refused", page(false))]
    }
}
