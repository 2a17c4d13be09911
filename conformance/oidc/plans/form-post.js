// OAuth 2.0 Form Post Response Mode: the modules of Basic, with every answer posted by a page.

import { modules as basic } from './basic.js';

export const modules = basic;
export const options = { mode: 'form_post' };
