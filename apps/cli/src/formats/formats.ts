import { caServiceInventoryVolumes } from './ca-service-inventory-volumes.js';
import type { Format } from './format.js';
import { publishedClaims } from './published-claims.js';
import { ukRestatements } from './uk-restatements.js';
import { ukServices } from './uk-services.js';

/** Every table format that `sijill import` knows; adding one is a file and a line. */
export const FORMATS: readonly Format[] = [ukServices, ukRestatements, caServiceInventoryVolumes, publishedClaims];
export const NDJSON_FORMAT = 'cloudevents-ndjson';
export const FORMAT_NAMES: readonly string[] = [NDJSON_FORMAT, ...FORMATS.map(({ name }) => name)];
