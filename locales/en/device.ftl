# A device without a browser: the code, the question, the outcome.

device-title = Connect a device
device-lead = Enter the code shown on the device.
device-code = Code
device-code-hint = Eight letters, like WDJB-MJHT. You can leave out the hyphen.
device-problem-wrong = The code is wrong or has expired. Check the device.
device-problem-too-often = Too many attempts. Wait ten minutes and try again.

device-confirm-title = Do you want to connect this device?
device-confirm-lead = You will use <strong>{ $service }</strong> on the device, with your digital identity.
device-confirm-code = The device must show this code:
device-confirm-warning = Continue only if the device is in front of you and you started this yourself. If somebody sent you the code or the link, stop: they would get in as you.
device-confirm-yes = It is my device
device-confirm-no = It is not mine, cancel

device-connected-title = The device is connected
device-connected-lead = Go back to the device to use <strong>{ $service }</strong>. You can close this page.
device-refused-title = The device is not connected
device-refused-lead = <strong>{ $service }</strong> did not receive your data. To try again, ask the device for a new code.
