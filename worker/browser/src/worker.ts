// The dedicated worker, and what further threads of it run: they are started from the same file.

import { FOLLOWER, follow } from "./follow.js";
import { lead } from "./lead.js";
import { startCompiled } from "./module.js";

if (self.name === FOLLOWER) follow(startCompiled);
else lead();
