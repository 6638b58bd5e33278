// Tells when each device was used, by the reader's own clock.

import { localise } from "./times.js";

localise();
