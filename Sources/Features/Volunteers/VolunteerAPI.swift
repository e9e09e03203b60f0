import Kernel
import Web

extension VolunteersFeature {
  var apiRoutes: [Route] { [] }
}
