// What our pages use of the JavaScript of Bootstrap Italia: the full bundle is 1 MB and breaks a strict CSP.
import Alert from 'bootstrap-italia/dist/plugins/alert.js'
import Collapse from 'bootstrap-italia/dist/plugins/collapse.js'
import Dropdown from 'bootstrap-italia/dist/plugins/dropdown.js'
import Modal from 'bootstrap-italia/dist/plugins/modal.js'
import Tab from 'bootstrap-italia/dist/plugins/tab.js'
import Input from 'bootstrap-italia/dist/plugins/input.js'
import InputPassword from 'bootstrap-italia/dist/plugins/input-password.js'
import Notification from 'bootstrap-italia/dist/plugins/notification.js'
import NavBarCollapsible from 'bootstrap-italia/dist/plugins/navbar-collapsible.js'
import init from 'bootstrap-italia/dist/plugins/init.js'
init()
