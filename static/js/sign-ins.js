// Shows in the user's time zone when each sign-in was last used.

import { localise } from "./times.js";

localise();
