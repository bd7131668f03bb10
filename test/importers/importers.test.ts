import { importerFixture, importerIds } from '../harness/importerFixture';

importerIds.forEach(importerFixture);
